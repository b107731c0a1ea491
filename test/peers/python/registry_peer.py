"""Does one line of JSON after the other with confluent-kafka's Schema Registry client.

See ../registry-client.ts for what lines there are. The settings are those of peer.py.
"""

import json
import sys

from confluent_kafka.schema_registry import (
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    SchemaRegistryError,
    header_schema_id_serializer,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from peer import plain, registry


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
    serialize = AvroSerializer(client, task["schema"])
    return serialize(task["value"], value_of(task)).hex()


def write_header(client: SchemaRegistryClient, task: dict) -> dict:
    settings = {"schema.id.serializer": header_schema_id_serializer}
    serialize = AvroSerializer(client, task["schema"], conf=settings)
    headers = {}
    context = SerializationContext(task["topic"], MessageField.VALUE, headers)
    written = serialize(task["value"], context)
    return {"hex": written.hex(), "headers": {name: one.hex() for name, one in headers.items()}}


def read(client: SchemaRegistryClient, task: dict) -> dict:
    headers = {name: bytes.fromhex(one) for name, one in task.get("headers", {}).items()}
    context = SerializationContext(task["topic"], MessageField.VALUE, headers)
    return plain(AvroDeserializer(client)(bytes.fromhex(task["hex"]), context))


def value_of(task: dict) -> SerializationContext:
    return SerializationContext(task["topic"], MessageField.VALUE)


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


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
