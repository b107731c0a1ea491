"""Does one line of JSON after the other with confluent-kafka's Schema Registry client.

See ../registry-client.ts for what lines there are. The settings are those of peer.py.
"""

import json
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import (
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    SchemaRegistryError,
    header_schema_id_serializer,
    record_subject_name_strategy,
    topic_record_subject_name_strategy,
    topic_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import (
    MessageField,
    SerializationContext,
    SerializationError,
)

from peer import FLUSH_TIMEOUT_S, consumed, plain, producer_settings, registry

STRATEGIES = {
    "topic": topic_subject_name_strategy,
    "record": record_subject_name_strategy,
    "topic-record": topic_record_subject_name_strategy,
}


def schema_of(task: dict) -> Schema:
    references = [
        SchemaReference(one["name"], one["subject"], one["version"])
        for one in task.get("references", [])
    ]
    return Schema(task["schema"], "AVRO", references)


def register(client: SchemaRegistryClient, task: dict) -> int:
    return client.register_schema(task["subject"], schema_of(task))


def lookup(client: SchemaRegistryClient, task: dict) -> int:
    return client.lookup_schema(task["subject"], schema_of(task)).schema_id


def schema(client: SchemaRegistryClient, task: dict) -> dict:
    found = client.get_schema(task["id"], subject_name=task["subject"])
    references = [
        {"name": one.name, "subject": one.subject, "version": one.version}
        for one in found.references or []
    ]
    return {"schema": found.schema_str, "references": references}


def latest(client: SchemaRegistryClient, task: dict) -> dict:
    return placed(client.get_latest_version(task["subject"]))


def version(client: SchemaRegistryClient, task: dict) -> dict:
    return placed(client.get_version(task["subject"], task["version"]))


def placed(found) -> dict:
    return {"id": found.schema_id, "version": found.version}


def versions(client: SchemaRegistryClient, task: dict) -> list:
    return client.get_versions(task["subject"])


def subjects(client: SchemaRegistryClient, _: dict) -> list:
    return client.get_subjects()


def compatible(client: SchemaRegistryClient, task: dict) -> bool:
    return client.test_compatibility(task["subject"], schema_of(task))


def level(client: SchemaRegistryClient, task: dict) -> str:
    return client.get_compatibility(task.get("subject"))


def set_level(client: SchemaRegistryClient, task: dict) -> None:
    client.set_compatibility(task["subject"], task["level"])


def delete_version(client: SchemaRegistryClient, task: dict) -> int:
    return client.delete_version(task["subject"], task["version"], permanent=task["permanent"])


def delete_subject(client: SchemaRegistryClient, task: dict) -> list:
    return client.delete_subject(task["subject"], permanent=task["permanent"])


def write(client: SchemaRegistryClient, task: dict) -> str:
    serialize = serializer_of(client, task, strategy_of(task))
    return serialize(given(task["value"]), side_of(task)).hex()


def write_header(client: SchemaRegistryClient, task: dict) -> dict:
    settings = {**strategy_of(task), "schema.id.serializer": header_schema_id_serializer}
    serialize = serializer_of(client, task, settings)
    headers = {}
    written = serialize(given(task["value"]), side_of(task, headers))
    return {"hex": written.hex(), "headers": {name: one.hex() for name, one in headers.items()}}


def read(client: SchemaRegistryClient, task: dict):
    headers = {name: bytes.fromhex(one) for name, one in task.get("headers", {}).items()}
    deserialize = AvroDeserializer(client, return_record_name=True, conf=strategy_of(task))
    return read_value(deserialize(bytes.fromhex(task["hex"]), side_of(task, headers)))


def produce(_: SchemaRegistryClient, task: dict) -> None:
    producer = Producer(producer_settings())
    failures = []
    for message in task["messages"]:
        producer.produce(
            task["topic"],
            key=bytes.fromhex(message["key"]),
            value=bytes.fromhex(message["value"]),
            headers={name: bytes.fromhex(one) for name, one in message["headers"].items()},
            on_delivery=lambda error, _: error is not None and failures.append(error),
        )
    left = producer.flush(FLUSH_TIMEOUT_S)
    if failures or left:
        sys.exit(f"registry_peer.py: {left} not delivered, {failures}")


def consume(_: SchemaRegistryClient, task: dict) -> list:
    return [
        {
            "key": message.key().hex(),
            "value": message.value().hex(),
            "headers": {name: one.hex() for name, one in message.headers() or []},
        }
        for message in consumed(task["topic"], task["count"])
    ]


def serializer_of(client: SchemaRegistryClient, task: dict, settings: dict) -> AvroSerializer:
    # It knows primitives as text only, and references in a Schema only.
    given = schema_of(task) if task.get("references") else task["schema"]
    return AvroSerializer(client, given, conf=settings)


def strategy_of(task: dict) -> dict:
    strategy = task.get("strategy")
    return {} if strategy is None else {"subject.name.strategy": STRATEGIES[strategy]}


def side_of(task: dict, headers: dict | None = None) -> SerializationContext:
    side = MessageField.KEY if task.get("part") == "key" else MessageField.VALUE
    return SerializationContext(task["topic"], side, headers)


def given(value):
    """As fastavro takes it: a branch of a union of records as (name, value)."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    [(name, inner)] = value.items()
    if name == "long":
        return int(inner)
    return (name, inner) if isinstance(inner, dict) else value


def read_value(value):
    if isinstance(value, int):
        return {"long": str(value)}
    if isinstance(value, tuple):
        return {value[0]: plain(value[1])}
    return plain(value) if isinstance(value, dict) else value


TASKS = {
    "register": register,
    "lookup": lookup,
    "schema": schema,
    "latest": latest,
    "version": version,
    "versions": versions,
    "subjects": subjects,
    "compatible": compatible,
    "level": level,
    "setLevel": set_level,
    "deleteVersion": delete_version,
    "deleteSubject": delete_subject,
    "write": write,
    "writeHeader": write_header,
    "read": read,
    "produce": produce,
    "consume": consume,
}


def answer(task: dict) -> dict:
    try:
        # A new client for each task, so that every answer is the registry's and none the cache's.
        return {"answer": TASKS[task["do"]](registry(), task)}
    except SchemaRegistryError as error:
        message = error.error_message
        return {
            "error": {"status": error.http_status_code, "code": error.error_code, "message": message}
        }
    except SerializationError as error:
        return {"error": {"message": str(error)}}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
