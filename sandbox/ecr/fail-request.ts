import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Fault } from './faults.ts'

/** One request, how it would be answered, and how errors are written to its kind of client. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly answer: (response: ServerResponse) => Promise<void>
  readonly refuse: (status: number, error: string, message: string) => void
}

/** Lets a request fail as the fault says. */
export async function failRequest({ failure, onStrike = () => undefined }: Fault, exchange: Exchange): Promise<void> {
  const { request, answer, refuse } = exchange
  if (failure === 'connection-reset') {
    onStrike()
    request.socket.resetAndDestroy()
  } else if (failure === 'answer-lost') {
    await answer(unread(request))
    onStrike()
    request.socket.resetAndDestroy()
  } else if ('cutAfter' in failure) {
    await readAtLeast(failure.cutAfter, request)
    onStrike()
    request.socket.resetAndDestroy()
  } else {
    onStrike()
    const { error, message = 'A fault injected by the test.', status = 400 } = failure
    refuse(status, error, message)
  }
}

/** A response to the request that leads nowhere. */
function unread(request: IncomingMessage): ServerResponse {
  const nowhere = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const response = new ServerResponse(request)
  response.assignSocket(nowhere as unknown as Socket)
  return response
}

function readAtLeast(bytes: number, request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0
    request.on('data', (chunk: Buffer) => {
      seen += chunk.length
      if (seen >= bytes) resolve()
    })
    request.on('close', resolve)
  })
}
