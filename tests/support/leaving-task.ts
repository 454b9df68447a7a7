import { createServer } from 'node:net'
import { runTask } from '../../src/pipelines/run-task.ts'
import { noForm } from './no-form.ts'

/** A task that says much and leaves a server behind, which keeps its process alive. */
void runTask(noForm, ({ log }) => {
  createServer().listen(0, '127.0.0.1')
  for (let line = 1; line <= 20_000; line++) log.info(`line ${String(line)} ${'x'.repeat(80)}`)
  return Promise.resolve('Done.')
})
