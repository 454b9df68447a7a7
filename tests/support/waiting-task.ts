import { runTask } from '../../src/pipelines/run-task.ts'

/** A task that works until it is cancelled. */
void runTask(async ({ signal, log }) => {
  await new Promise((_, reject) => {
    const alive = setInterval(() => undefined, 1000)
    signal.addEventListener('abort', () => {
      clearInterval(alive)
      reject(signal.reason as Error)
    })
    log.info('waiting')
  })
  return 'Never cancelled.'
})
