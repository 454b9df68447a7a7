import type { TaskForm } from '../../src/pipelines/form.ts'
import { buildTestTask } from '../../tasks/PlatformImageBuildTest/form.ts'
import { checkTask } from '../../tasks/PlatformImageCheck/form.ts'
import { publishTask } from '../../tasks/PlatformImagePublish/form.ts'
import { notifyTask } from '../../tasks/TeamsNotify/form.ts'

/** What the code of each task declares, by the task's name. */
export const taskForms: Readonly<Record<string, TaskForm>> = {
  PlatformImageCheck: checkTask,
  PlatformImageBuildTest: buildTestTask,
  PlatformImagePublish: publishTask,
  TeamsNotify: notifyTask,
}
