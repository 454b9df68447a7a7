import { runTask } from '../../src/pipelines/run-task.ts'

/** A task that waits for what never comes: the process ends before there is a result. */
void runTask(() => new Promise(() => undefined))
