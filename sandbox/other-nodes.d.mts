export const otherNodes: Readonly<Record<'oldest' | 'last20' | 'newest' | 'tooOld', string>>
export function nodeProgram(folder: string, version: string): string
export function missingNodes(folder: string): readonly string[]
export function fetchNode(folder: string, version: string): void
