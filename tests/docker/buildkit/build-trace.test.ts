import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readBuildTrace } from '../../../src/docker/buildkit/build-trace.ts'
import { hintsOverLines } from './recorded-builds.ts'
import { type Field, type Value, wireMessage as message } from './wire-message.ts'

function read(fields: readonly Field[]) {
  return readBuildTrace(Buffer.from(message(fields)).toString('base64'))
}

const words = fc.string({ unit: 'binary', maxLength: 40 })
const count = fc.integer({ min: 0, max: 2 ** 40 })
/** Fields of a later BuildKit. */
const unknown: fc.Arbitrary<Field> = fc.tuple(fc.integer({ min: 90, max: 5000 }), fc.oneof(words, count))

/** These fields, each of them again and again, in any order, with unknown ones between. */
function shuffled(fields: Readonly<Record<number, fc.Arbitrary<Value>>>): fc.Arbitrary<Field[]> {
  const known = Object.entries(fields).map(([number, value]) => fc.tuple(fc.constant(Number(number)), value))
  return fc.array(fc.oneof({ weight: 4, arbitrary: fc.oneof(...known) }, unknown), { maxLength: 30 })
}

function nested(fields: fc.Arbitrary<Field[]>): fc.Arbitrary<Uint8Array> {
  return fields.map(message)
}

/** What protobuf makes of a field that is not a list: the last one counts. */
function last<Kind extends Value>(fields: readonly Field[], wanted: number, missing: Kind): Kind {
  const found = fields.findLast(([number]) => number === wanted)
  return (found?.[1] ?? missing) as Kind
}

const timestamp = nested(shuffled({ 1: count, 2: fc.integer({ min: 0, max: 999_999_999 }) }))
const vertex = shuffled({ 1: words, 2: words, 3: words, 4: fc.nat(1), 5: timestamp, 6: timestamp, 7: words, 8: words })
const transfer = shuffled({
  1: words,
  2: words,
  3: words,
  4: count,
  5: count,
  6: timestamp,
  7: timestamp,
  8: timestamp,
})
const log = shuffled({ 1: words, 2: timestamp, 3: fc.nat(2), 4: words })
const position = nested(shuffled({ 2: count }))
const lineAt = (line: number): Uint8Array => message([[1, line]])
const rangeOf = fc.tuple(fc.integer({ min: 1, max: 9999 }), position)

describe('readBuildTrace', () => {
  it('reads every field however often it comes, in any order, with unknown ones between', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.tuple(fc.constant(1), vertex), fc.tuple(fc.constant(2), transfer), fc.tuple(fc.constant(3), log)),
        ),
        fc.array(unknown),
        (messages, others) => {
          const trace = read([
            ...others,
            ...messages.flatMap(([kind, fields], index) => [[kind, message(fields)] as const, ...others.slice(index)]),
          ])

          const of = (kind: number) => messages.filter(([each]) => each === kind).map(([, fields]) => fields)
          assert.deepEqual(
            trace.vertexes.map(({ digest, name, cached, error }) => [digest, name, cached, error]),
            of(1).map((fields) => [
              last(fields, 1, ''),
              last(fields, 3, ''),
              last<number>(fields, 4, 0) === 1,
              last(fields, 7, ''),
            ]),
          )
          assert.deepEqual(
            trace.vertexes.map(({ started, completed }) => [started !== undefined, completed !== undefined]),
            of(1).map((fields) => [5, 6].map((number) => fields.some(([each]) => each === number))),
          )
          assert.deepEqual(
            trace.transfers,
            of(2).map((fields) => ({
              vertex: last(fields, 2, ''),
              id: last(fields, 1, ''),
              current: last(fields, 4, 0),
              total: last(fields, 5, 0),
            })),
          )
          assert.deepEqual(
            trace.logs.map(({ vertex: step, stream, bytes }) => [step, stream, Buffer.from(bytes).toString()]),
            of(3).map((fields) => [last(fields, 1, ''), last(fields, 3, 1), last(fields, 4, '')]),
          )
        },
      ),
    )
  })

  it('reads a warning with any number of ranges, and names its first line', () => {
    fc.assert(
      fc.property(
        words,
        fc.array(rangeOf),
        shuffled({ 1: words, 2: count, 4: words, 5: words, 6: words }),
        (short, ranges, others) => {
          const told = ranges.map(
            ([line, rest]) =>
              [
                7,
                message([
                  [2, rest],
                  [1, lineAt(line)],
                ]),
              ] as const,
          )

          const { warnings } = read([[4, message([...told.slice(1), ...others, [3, short], ...told.slice(0, 1)])]])

          const line = ranges.length === 0 ? {} : { line: Math.min(...ranges.map(([each]) => each)) }
          assert.deepEqual(warnings, [{ message: short, ...line }])
        },
      ),
    )
  })

  it('names the first line of recorded hints about instructions over several lines', () => {
    const warnings = hintsOverLines.flatMap((aux) => readBuildTrace(aux).warnings)

    const hints = warnings.map(({ message: hint, line }) => `${String(line)} ${hint.split(':')[0] ?? ''}`)
    assert.deepEqual(hints.sort(), [
      '1 FromPlatformFlagConstDisallowed',
      '3 SecretsUsedInArgOrEnv',
      '6 JSONArgsRecommended',
    ])
  })

  it('skips a field that has another wire type than the schema says, as protobuf has it', () => {
    const { vertexes } = read([
      [
        1,
        message([
          [1, 7],
          [1, 'sha256:a'],
          [3, 'RUN a'],
          [4, 'yes'],
          [5, 12],
        ]),
      ],
    ])

    assert.deepEqual(vertexes, [{ digest: 'sha256:a', name: 'RUN a', cached: false, error: '' }])
  })
})
