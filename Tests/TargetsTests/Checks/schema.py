"""Checks files against the official schemas: schema.py KIND FILE..., KIND being oci, docker or compose.

Prints one line a fault and exits with 1 when there is one. OCI's schema and the Engine API's come with Debian's packages
golang-github-opencontainers-specs-dev and golang-github-docker-docker-dev, Compose's with check-jsonschema of PyPI. `make
test-packages` brings all three; files of packages that it only unpacks are in .build/schemas.
"""

import importlib.resources
import json
import pathlib
import sys

import jsonschema
import referencing
import referencing.jsonschema
import yaml

INSTALLED = pathlib.Path("/usr/share/gocode/src/github.com")
UNPACKED = pathlib.Path(__file__).parents[3] / ".build/schemas" / INSTALLED.relative_to("/")


def source(name):
    """A file or folder of a Debian package, unpacked or installed."""
    places = [folder / name for folder in (UNPACKED, INSTALLED)]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        sys.exit(f"schema.py: neither {places[0]} nor {places[1]} is there; run make test-packages")
    return found


def oci():
    """Draft 4, with relative references and no ids: each file is registered under an address of its own."""
    base = "http://oci.invalid/"
    resources = [
        (base + path.name, referencing.Resource(json.loads(path.read_text()), referencing.jsonschema.DRAFT4))
        for path in source("opencontainers/runtime-spec/schema").glob("*.json")
    ]
    registry = referencing.Registry().with_resources(resources)
    return jsonschema.Draft4Validator({"$ref": base + "config-schema.json"}, registry=registry)


def docker():
    """Swagger 2.0. Go's encoder writes null for what is empty, and the daemon ignores unknown keys: the schema is made
    strict about keys, and lenient about null."""
    api = yaml.safe_load(source("docker/docker/api/swagger.yaml").read_text())

    def resolve(schema):
        if isinstance(schema, list):
            return [resolve(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return resolve(api["definitions"][schema["$ref"].rsplit("/", 1)[-1]])
        if "allOf" in schema:
            merged = {"type": "object", "properties": {}}
            for part in schema["allOf"]:
                merged["properties"].update(resolve(part).get("properties", {}))
            return resolve(merged)
        result = {
            key: {name: resolve(value) for name, value in part.items()} if key == "properties" else resolve(part)
            for key, part in schema.items()
            if key not in ("example", "default", "discriminator", "x-nullable")
        }
        if result.get("type") in ("array", "object"):
            result["type"] = [result["type"], "null"]
        if "properties" in result and "additionalProperties" not in result:
            result["additionalProperties"] = False
        return result

    body = next(
        part["schema"]
        for part in api["paths"]["/containers/create"]["post"]["parameters"]
        if part["in"] == "body"
    )
    return jsonschema.Draft4Validator(resolve(body))


def compose():
    schemas = importlib.resources.files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"
    return jsonschema.Draft202012Validator(json.loads(schemas.read_text()))


def main(kind, *paths):
    validator = {"oci": oci, "docker": docker, "compose": compose}[kind]()
    faults = 0
    for path in paths:
        text = pathlib.Path(path).read_text()
        document = yaml.safe_load(text) if kind == "compose" else json.loads(text)
        for error in validator.iter_errors(document):
            faults += 1
            print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
