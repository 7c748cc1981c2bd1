// Values against the SDK's own schemas, both as the SDK gives them to a program and as they came in the body.
import { NormalizedSchema } from "@smithy/core/schema";

// What is wrong with a value, as a list of sentences; members that the SDK does not know are added to unknown.
export function problemsOf(reference, value, path, form, unknown) {
  const schema = NormalizedSchema.of(reference);
  const wrong = (expected) => [`${path} (${form}) is no ${expected}: ${JSON.stringify(value)}`];
  const typed = (fits, expected) => (fits ? [] : wrong(expected));
  const raw = form === "raw";
  if (value === null) return wrong("value at all");
  if (schema.isUnitSchema()) return typed(Object.keys(value).length === 0, "empty answer");
  if (schema.isStructSchema()) return ofStructure(schema, value, path, form, unknown) ?? wrong("structure");
  if (schema.isListSchema()) return ofList(schema, value, path, form, unknown) ?? wrong("list");
  if (schema.isTimestampSchema()) {
    return raw
      ? typed(Number.isFinite(value), "number of seconds")
      : typed(value instanceof Date && !Number.isNaN(value.getTime()), "Date");
  }
  if (schema.isBlobSchema()) {
    return raw
      ? typed(typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value, "base64")
      : typed(value instanceof Uint8Array, "Uint8Array");
  }
  if (schema.isBooleanSchema()) return typed(typeof value === "boolean", "boolean");
  if (schema.isBigIntegerSchema()) return typed(typeof value === (raw ? "number" : "bigint"), "bigint");
  // All numbers of this service are integers and longs, none above 2^53.
  if (schema.isNumericSchema()) return typed(Number.isSafeInteger(value), "integer");
  if (schema.isStringSchema()) return typed(typeof value === "string", "string");
  return [`${path} has a type that this check does not know`];
}

function ofStructure(schema, value, path, form, unknown) {
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const members = schema.getMemberSchemas();
  return Object.entries(value).filter(([, each]) => each !== undefined).flatMap(([name, each]) => {
    if (name in members) return problemsOf(members[name], each, `${path}.${name}`, form, unknown);
    unknown.push(`${path}.${name}`);
    return [];
  });
}

function ofList(schema, value, path, form, unknown) {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((each) => problemsOf(schema.getValueSchema(), each, `${path}[]`, form, unknown));
}

// A value in JSON: dates as seconds, bytes in base64.
export function plain(value) {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

// The value that a program would give to the SDK: the reverse of the above.
export function revived(reference, value) {
  const schema = NormalizedSchema.of(reference);
  if (schema.isTimestampSchema()) return new Date(value * 1000);
  if (schema.isBlobSchema()) return Buffer.from(value, "base64");
  if (schema.isListSchema()) return value.map((each) => revived(schema.getValueSchema(), each));
  if (!schema.isStructSchema()) return value;
  const members = schema.getMemberSchemas();
  // A member that the SDK does not know is left as it is, for the SDK to drop.
  return Object.fromEntries(Object.entries(value).map(([name, each]) =>
    [name, name in members ? revived(members[name], each) : each]));
}
