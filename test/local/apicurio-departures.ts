/**
 * Where Apicurio 3.0.9 does not do what Confluent's Schema Registry does, and the dev registry
 * with it. What stands in neither table it does as they do.
 */

/** Parts of the API that it does not have. The keys are those of `Scenario.needs`. */
export const absent: Readonly<Record<string, string>> = {
  resolved: 'finds a schema with references by the registered text only, and resolves no text',
  normalize: 'knows no normalization: the order of attributes makes another schema',
  mode: 'has no modes: it answers 204 to all of /mode/{subject}, and heeds none',
  'global-mode': 'has no modes: there is no /mode',
  contexts: 'has no contexts: the colons are part of a subject, and /contexts knows only its own',
  paging: 'ignores subjectPrefix, offset, limit and deletedOnly; there is no /schemas',
  metadata: 'has no metadata',
  'validate-names': 'has no setting but the level',
  alias: 'has no setting but the level',
  guid: 'has no guids',
  associations: 'has no associations',
  force: 'knows no force',
  messages: 'has words of its own, with the same codes',
  server: 'has no /v1/metadata',
};

export interface KnownDeparture {
  readonly why: string;
  /** Every step that is answered otherwise: number, request, status, error code. */
  readonly at: readonly string[];
}

/** Scenarios that it plays to the end, except for some steps. */
export const departures: Readonly<Record<string, KnownDeparture>> = {
  'gives back what was registered': {
    why: 'does not list the subjects of an id, only its versions',
    at: ['10: GET /schemas/ids/$id/subjects -> 404'],
  },
  'takes space for nothing': {
    why: 'tells schemas apart by their bytes',
    at: ['2: POST /subjects/$s/versions -> 200', '3: GET /subjects/$s/versions -> 200'],
  },
  'gives one schema one id, whatever the subject': {
    why: 'does not list the subjects of an id, only its versions',
    at: ['3: GET /schemas/ids/$id/subjects -> 404'],
  },
  'tells a version that is not there from one that cannot be': {
    why: 'takes any text for the name of a version',
    at: [
      '4: GET /subjects/$s/versions/0 -> 404 40402',
      '5: GET /subjects/$s/versions/abc -> 404 40402',
      '6: GET /subjects/$s/versions/-2 -> 404 40401',
      '7: GET /subjects/$s/versions/2147483648 -> 404 40402',
      '8: GET /subjects/$s/versions/1.5 -> 404 40402',
      '9: DELETE /subjects/$s/versions/first -> 404 40402',
    ],
  },
  'finds a schema under its subject, or says which is missing': {
    why: 'does not parse what it looks up',
    at: ['3: POST /subjects/$s -> 404 40403'],
  },
  'refuses a subject with control characters': {
    why: 'answers 400 in place of 422',
    at: ['1: POST /subjects/%0Dbad%0A$s/versions -> 400 0', '2: PUT /config/%0Dbad%0A$s -> 400 0'],
  },
  'refuses what is no schema': {
    why: 'does not parse what it compares with nothing, and takes the empty text for a schema',
    at: [
      ...[2, 4, 6, 8, 10, 12, 14, 16, 18].map(
        (step) => `${step}: POST /compatibility/subjects/$s/versions -> 404 40401`,
      ),
      '19: POST /subjects/$s/versions -> 200',
      '20: POST /compatibility/subjects/$s/versions -> 200',
    ],
  },
  'refuses what is no request': {
    why: 'fails (500) on a request without a schema, or with an unknown type of schema',
    at: ['3: POST /subjects/$s/versions -> 500 0', '4: POST /subjects/$s/versions -> 500 0'],
  },
  'BACKWARD: takes {a, b} after {a}, {a, b?}': {
    why: 'compares with all versions where it is asked about none',
    at: ['6: POST /compatibility/subjects/$s/versions?verbose=true -> 200'],
  },
  'FORWARD: takes {a} after {a, b}, {a, b?}': {
    why: 'compares with all versions where it is asked about none',
    at: ['6: POST /compatibility/subjects/$s/versions?verbose=true -> 200'],
  },
  'NONE: takes {a: "int"} after {a}': {
    why: 'a subject whose level is NONE has the level for all',
    at: [
      '4: POST /compatibility/subjects/$s/versions?verbose=true -> 200',
      '5: POST /subjects/$s/versions -> 409 409',
    ],
  },
  'says what is wrong when asked to': {
    why: 'says nothing, whatever `verbose` is',
    at: [
      '2: POST /compatibility/subjects/$s/versions?verbose=true -> 200',
      '3: POST /compatibility/subjects/$s/versions?verbose=true -> 422 42201',
    ],
  },
  'finds anything compatible with no history': {
    why: 'compares with an unknown subject only when a version is given',
    at: [
      '1: POST /compatibility/subjects/$s/versions -> 404 40401',
      '4: POST /compatibility/subjects/$s/versions/earliest -> 404 40402',
    ],
  },
  'keeps a level for a subject that has no versions yet': {
    why: 'keeps none, answers in another form and fails (500) on what is no level',
    at: [
      '1: GET /config/$s -> 404 40401',
      '2: GET /config/$s?defaultToGlobal=true -> 404 40401',
      '3: PUT /config/$s -> 200',
      '5: PUT /config/$s -> 500 0',
      '6: GET /config/$s -> 200',
      '7: PUT /config/$s -> 500 0',
      '8: DELETE /config/$s -> 200',
      '9: GET /config/$s -> 404 40401',
    ],
  },
  'has a level for all': {
    why: 'answers `compatibilityLevel` in place of `compatibility`, and 500 to what is no level',
    at: ['2: PUT /config -> 200', '8: PUT /config -> 500 0'],
  },
  'deletes a version softly, then for good': {
    why: 'answers 409 in place of 404, with the same codes',
    at: [
      '3: DELETE /subjects/$s/versions/2?permanent=true -> 409 40407',
      '5: DELETE /subjects/$s/versions/2 -> 409 40406',
    ],
  },
  'deletes a subject softly, then for good': {
    why: 'answers 409 in place of 404, and misses the schema in place of the subject',
    at: [
      '3: DELETE /subjects/$s?permanent=true -> 409 40405',
      '10: POST /subjects/$s -> 404 40403',
    ],
  },
  'forgets a subject’s level with its last version': {
    why: 'takes a level only after the first version, and keeps it after the last',
    at: ['1: PUT /config/$s -> 404 40401', '7: GET /config/$s -> 200'],
  },
  'keeps what others refer to': {
    why: 'a deleted version still counts as referring',
    at: [
      '6: GET /subjects/$s-address/versions/1/referencedby -> 200',
      '8: POST /subjects/$s-user/versions -> 200',
    ],
  },
  'compares schemas with what they refer to': {
    why: 'a subject whose level is NONE has the level for all, so that version 3 is not there',
    at: [
      '7: POST /subjects/$s-address/versions -> 409 409',
      '8: POST /subjects/$s-user/versions -> 422 42201',
    ],
  },
};
