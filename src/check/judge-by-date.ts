/**
 * The second choice, for networks that allow only Microsoft's tag catalogue: was the line's newest release pushed after
 * the base's tag last moved? Instants are compared, never calendar days; in doubt, at the same instant or with a date
 * that could not be read, the release is stale.
 */
export function judgeByDate(baseMovedAt: Date, releasedAt: Date): 'fresh' | 'stale' {
  return releasedAt.getTime() > baseMovedAt.getTime() ? 'fresh' : 'stale'
}
