import { heredocRows } from './heredoc-rows.ts'
import { instructionRows } from './instruction-rows.ts'
import { layoutRows } from './layout-rows.ts'
import type { DockerfileRow } from './row.ts'
import { stageRows } from './stage-rows.ts'
import { variableRows } from './variable-rows.ts'

/**
 * Small Dockerfiles with what the builder makes of them. The unit tests hold our reader to them, and the end-to-end
 * tests the builder itself: so the table is no invention of ours.
 */
export const dockerfileTable: readonly DockerfileRow[] = [
  ...layoutRows,
  ...heredocRows,
  ...variableRows,
  ...stageRows,
  ...instructionRows,
]
