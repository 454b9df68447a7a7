export const newerEnginePath: readonly string[]
export function newerEngineProblem(folder: string): string | undefined
export function fetchNewerEngine(folder: string, sources?: string): string | undefined
