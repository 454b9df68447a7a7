import type { ContainerExit, RunningContainer } from '../../src/integration-test/engine.ts'

/** A container whose application is at `address`, and whose end the test decides. */
export interface FakeContainer extends RunningContainer {
  exit(how: ContainerExit): void
}

export function fakeContainer(address: string, lines: readonly string[] = []): FakeContainer {
  let end: (how: ContainerExit) => void
  const exited = new Promise<ContainerExit>((resolve) => {
    end = resolve
  })
  return {
    address,
    exited,
    lines: () => lines,
    remove: () => Promise.resolve(),
    exit: (how) => {
      end(how)
    },
  }
}
