"""The tutorial's Python client: produces UserClick events, and reads them.

    peer.py produce [--client serializer|legacy] [--schema FILE] [--count N]
    peer.py consume [--count N]

`legacy` is the AvroProducer that the tutorial uses; `serializer` is what replaces it. Each event
becomes one line of JSON on standard output. Settings come from the tutorial's variables:
KAFKA_BOOTSTRAP_SERVERS, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD, KAFKA_TOPIC,
SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_API_KEY, SCHEMA_REGISTRY_API_SECRET; and KAFKA_CA_PEM, the
certificate of a broker that the system does not trust.
"""

import argparse
import json
import os
import pathlib
import sys
import time
import uuid
import warnings
from datetime import datetime, timedelta, timezone

from confluent_kafka import Consumer, KafkaError, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

HERE = pathlib.Path(__file__).parent
DELIVERY_TIMEOUT_S = 20
# Longer, so that each message's own timeout says why it was not delivered.
FLUSH_TIMEOUT_S = 30
CONSUME_TIMEOUT_S = 30
POLL_S = 0.5
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        sys.exit(f"peer.py: set {name}")
    return value


def kafka_settings() -> dict:
    settings = {
        "bootstrap.servers": setting("KAFKA_BOOTSTRAP_SERVERS"),
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": "SCRAM-SHA-512",
        "sasl.username": setting("KAFKA_SASL_USERNAME"),
        "sasl.password": setting("KAFKA_SASL_PASSWORD"),
    }
    authority = os.environ.get("KAFKA_CA_PEM")
    return {**settings, "ssl.ca.pem": authority} if authority else settings


def producer_settings() -> dict:
    return {**kafka_settings(), "message.timeout.ms": DELIVERY_TIMEOUT_S * 1000}


def registry_user() -> str:
    return f"{setting('SCHEMA_REGISTRY_API_KEY')}:{setting('SCHEMA_REGISTRY_API_SECRET')}"


def registry() -> SchemaRegistryClient:
    return SchemaRegistryClient(
        {"url": setting("SCHEMA_REGISTRY_URL"), "basic.auth.user.info": registry_user()}
    )


class Reports:
    """Prints each delivered event; remembers the first failure."""

    def __init__(self) -> None:
        self.failure = None
        self.delivered = 0

    def on(self, event: dict):
        def report(error, message) -> None:
            if error is not None:
                self.failure = self.failure or error
                return
            self.delivered += 1
            print_event(event, message)

        return report


def print_event(event: dict, message) -> None:
    line = {"partition": message.partition(), "offset": message.offset(), "value": event}
    print(json.dumps(line), flush=True)


def clicks(count: int):
    for page in range(count):
        yield {
            "user_id": str(uuid.uuid4()),
            "url": f"https://example.com/page/{page}",
            "timestamp": int(time.time() * 1000),
        }


def produce(client: str, schema: str, count: int) -> None:
    topic = setting("KAFKA_TOPIC")
    reports = Reports()
    producer, send = (legacy if client == "legacy" else serializer)(topic, schema)
    for event in clicks(count):
        send(event, reports.on(event))
        producer.poll(0)
    producer.flush(FLUSH_TIMEOUT_S)
    if reports.failure is not None:
        sys.exit(f"peer.py: not delivered to {topic}: {reports.failure}")
    if reports.delivered != count:
        sys.exit(f"peer.py: only {reports.delivered} of {count} were delivered to {topic}")


def legacy(topic: str, schema: str):
    """The tutorial's way, with the one setting that it forgets: where the user comes from."""
    warnings.simplefilter("ignore", DeprecationWarning)
    from confluent_kafka import avro

    producer = avro.AvroProducer(
        {
            **producer_settings(),
            "schema.registry.url": setting("SCHEMA_REGISTRY_URL"),
            "schema.registry.basic.auth.credentials.source": "USER_INFO",
            "schema.registry.basic.auth.user.info": registry_user(),
        },
        default_value_schema=avro.loads(schema),
    )

    def send(event: dict, report) -> None:
        producer.produce(topic=topic, value=event, callback=report)

    return producer, send


def serializer(topic: str, schema: str):
    producer = Producer(producer_settings())
    serialize = AvroSerializer(registry(), schema)
    context = SerializationContext(topic, MessageField.VALUE)

    def send(event: dict, report) -> None:
        value = serialize(event, context)
        producer.produce(topic=topic, key=event["user_id"], value=value, on_delivery=report)

    return producer, send


def consume(count: int) -> None:
    topic = setting("KAFKA_TOPIC")
    deserialize = AvroDeserializer(registry())
    context = SerializationContext(topic, MessageField.VALUE)
    for message in consumed(topic, count):
        print_event(plain(deserialize(message.value(), context)), message)


def consumed(topic: str, count: int):
    consumer = Consumer(
        {
            **kafka_settings(),
            "group.id": f"python-peer-{uuid.uuid4()}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic])
    deadline = time.monotonic() + CONSUME_TIMEOUT_S
    seen = 0
    try:
        while seen < count:
            if time.monotonic() > deadline:
                sys.exit(f"peer.py: read {seen} of {count} from {topic} in {CONSUME_TIMEOUT_S} s")
            message = consumer.poll(POLL_S)
            if message is None:
                continue
            if message.error():
                refuse(message.error())
                continue
            yield message
            seen += 1
    finally:
        consumer.close()


def refuse(error: KafkaError) -> None:
    """Ends for what waiting does not mend."""
    if error.fatal() or not error.retriable():
        sys.exit(f"peer.py: {error}")


def plain(event: dict) -> dict:
    """As JSON: timestamp-millis, which Python reads as a datetime, is milliseconds again."""
    return {
        name: (value - EPOCH) // timedelta(milliseconds=1) if isinstance(value, datetime) else value
        for name, value in event.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    producing = commands.add_parser("produce")
    producing.add_argument("--client", choices=["serializer", "legacy"], default="serializer")
    producing.add_argument("--schema", type=pathlib.Path, default=HERE / "user_click.tutorial.avsc")
    producing.add_argument("--count", type=int, default=5)
    consuming = commands.add_parser("consume")
    consuming.add_argument("--count", type=int, default=5)
    chosen = parser.parse_args()
    if chosen.command == "produce":
        produce(chosen.client, chosen.schema.read_text(encoding="utf-8"), chosen.count)
    else:
        consume(chosen.count)


if __name__ == "__main__":
    main()
