import { runTask } from '../../src/pipelines/run-task.ts'
import { noForm } from './no-form.ts'

/** A task that waits for what never comes: the process ends before there is a result. */
void runTask(noForm, () => new Promise(() => undefined))
