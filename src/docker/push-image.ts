import * as v from 'valibot'
import { cleanLine } from '../model/clean-line.ts'
import { type Digest, parseDigest } from '../model/digest.ts'
import { formatReference } from '../model/reference.ts'
import { type ImagePush, PushRefusedError } from '../publish/image-store.ts'
import { abortable } from './connection/abort.ts'
import { classifyRefusal } from './classify-refusal.ts'
import { type Connection, EngineAnswerError } from './connection/connection.ts'
import { removeImage, tagImage } from './inspect-image.ts'
import { type EngineMessage, readJsonLines, wordsOf } from './json-lines.ts'
import { followPush } from './push-progress.ts'

/** Pushes under the target's tag, which the engine needs to know for as long as that lasts. */
export function pushImage(request: ImagePush, connection: Connection): Promise<Digest> {
  const { registry, repository, tag } = request.target
  return abortable(connection.signal, async () => {
    if (tag === undefined) throw new Error(`push to ${formatReference(request.target)}: it has no tag`)
    const target = formatReference({ registry, repository, tag })
    if (request.name === target) return push(request, tag, connection)
    await tagImage(request.name, target, connection)
    try {
      return await push(request, tag, connection)
    } finally {
      await removeImage(target, connection).catch(keepOutcome)
    }
  })
}

/** What the registry said stands, also where the engine keeps the name. */
function keepOutcome(): void {
  return
}

async function push(
  { target, credentials, onProgress = () => undefined }: ImagePush,
  tag: string,
  connection: Connection,
): Promise<Digest> {
  const { registry, repository } = target
  const attempt = `push ${formatReference(target)}`
  const authconfig = { ...credentials, serveraddress: registry }
  try {
    const progress = await connection.call(attempt, (docker) =>
      docker.getImage(`${registry}/${repository}`).push({ tag, authconfig, abortSignal: connection.signal }),
    )
    return await readPushedDigest(readJsonLines(progress), followPush(onProgress), attempt)
  } catch (error) {
    throw refusalOf(error, attempt) ?? error
  }
}

/** Engines say no in their stream, or before it begins. */
function refusalOf(error: unknown, attempt: string): PushRefusedError | undefined {
  const words = wordsOf(error)
  if (words === undefined) return undefined
  return new PushRefusedError(
    { operation: attempt, refusal: classifyRefusal(words), words: cleanLine(words) },
    { cause: error },
  )
}

const pushedTag = v.object({ Digest: v.string() })

/** Every engine says `<tag>: digest: sha256:... size: <bytes>`; those without containerd's store repeat it in `aux`. */
async function readPushedDigest(
  messages: AsyncIterable<EngineMessage>,
  follow: (message: EngineMessage) => void,
  attempt: string,
): Promise<Digest> {
  let said: string | undefined
  let repeated: string | undefined
  for await (const message of messages) {
    follow(message)
    said = /: digest: (sha256:[0-9a-f]{64}) size: \d+$/.exec(message.status ?? '')?.[1] ?? said
    if (v.is(pushedTag, message.aux)) repeated = message.aux.Digest
  }
  if (said === undefined) {
    const words = "the engine's answer ended before the push did"
    throw new PushRefusedError({ operation: attempt, refusal: 'connection-cut', words })
  }
  if (repeated !== undefined && repeated !== said) {
    throw new EngineAnswerError(attempt, `it names two digests, ${said} and ${repeated}`)
  }
  return parseDigest(said)
}
