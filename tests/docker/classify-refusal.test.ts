import assert from 'node:assert/strict'
import { classifyRefusal } from '../../src/docker/classify-refusal.ts'

describe('classifyRefusal', () => {
  const rows = [
    [
      "tag invalid: The image tag '1.0.0' already exists in the 'a' repository and cannot be overwritten because the tag is immutable.",
      'tag-frozen',
    ],
    [
      "The image tag '1.0.0' already exists in the 'a' repository and cannot be overwritten because the repository is immutable.",
      'tag-frozen',
    ],
    [
      "denied: The repository with name 'a' in registry with id '1' already has the maximum allowed number of images which is '100000'",
      'quota',
    ],
    ['manifest blob unknown: blob unknown to registry', 'layer-missing'],
    ['MANIFEST_BLOB_UNKNOWN: manifest blob unknown', 'layer-missing'],
    ['denied: Your authorization token has expired. Reauthenticate and try again.', 'unauthorized'],
    ['unauthorized: authentication required', 'unauthorized'],
    ['no basic auth credentials', 'unauthorized'],
    ['unexpected status from HEAD request to http://h/v2/a/blobs/b: 401 Unauthorized', 'unauthorized'],
    [
      'denied: User: arn:aws:iam::1:user/ci is not authorized to perform: ecr:InitiateLayerUpload on resource: a',
      'forbidden',
    ],
    ['error parsing HTTP 403 response body: unexpected end of JSON input: ""', 'forbidden'],
    ["name unknown: The repository with name 'a' does not exist in the registry with id '1'", 'no-repository'],
    ['toomanyrequests: Rate exceeded', 'busy'],
    ['received unexpected HTTP status: 500 Internal Server Error', 'registry-fault'],
    ['received unexpected HTTP status: 503 Service Unavailable', 'registry-fault'],
    ['Get "https://h/v2/": dial tcp 127.0.0.1:1: connect: connection refused', 'unreachable'],
    ['Get "https://h/v2/": dial tcp: lookup h on 1.1.1.1:53: no such host', 'unreachable'],
    ['Get "https://h/v2/": net/http: TLS handshake timeout', 'unreachable'],
    ['Patch "http://h/v2/a/blobs/uploads/b": EOF', 'connection-cut'],
    ['write tcp 127.0.0.1:1->127.0.0.1:2: write: connection reset by peer', 'connection-cut'],
    ['write /var/lib/docker/tmp/GetImageBlob1: no space left on device', 'disk-full'],
    [
      'error parsing HTTP 403 response body: invalid character \'<\' looking for beginning of value: "<html>"',
      'web-page',
    ],
    [
      'error parsing HTTP 413 response body: invalid character \'<\' looking for beginning of value: "<html>"',
      'too-large',
    ],
    ['error parsing HTTP 429 response body: invalid character \'<\' looking for beginning of value: "<html>"', 'busy'],
    ["error parsing HTTP 503 response body: invalid character '<' looking for beginning of value", 'registry-fault'],
    [
      'unexpected status from PATCH request to https://h/v2/a/blobs/uploads/b: 413 Request Entity Too Large',
      'too-large',
    ],
    ['manifest invalid: manifest invalid', 'manifest-refused'],
    [
      'unexpected status from PUT request to https://h/v2/a/manifests/sha256:1: 405 Method Not Allowed',
      'manifest-refused',
    ],
    ['error from registry: Rate exceeded', 'busy'],
    ['unexpected status from POST request to https://h/v2/a/blobs/uploads/: 429 Too Many Requests', 'busy'],
    ['unexpected status from PUT request to https://h/v2/a/manifests/1: 500 Internal Server Error', 'registry-fault'],
    ['unexpected status from HEAD request to https://h/v2/a/blobs/b: 503 Service Unavailable', 'registry-fault'],
    ['unexpected status from PUT request to https://h/v2/a/manifests/1: 401 Unauthorized', 'unauthorized'],
    ["error from registry: The layer(s) with digest(s) 'sha256:1' cannot be found", 'layer-missing'],
    ["error from registry: Layers with digests '[sha256:1]' required for pushing image do not exist", 'layer-missing'],
    ['something new', 'unknown'],
  ] as const
  for (const [words, refusal] of rows) {
    it(`takes "${words.slice(0, 70)}" for ${refusal}`, () => {
      assert.equal(classifyRefusal(words), refusal)
    })
  }
})
