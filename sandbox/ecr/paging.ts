import { invalidParameter } from './ecr-error.ts'

/** What a request says about the page it wants. */
export interface PageRequest {
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
}

/**
 * Cuts one page out of `items`, in the order of their keys. A token holds the last key given out,
 * so that paging goes on at the right place when items come or go in between.
 */
export function cutPage<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { maxResults = 100, nextToken }: PageRequest,
): { items: Item[]; nextToken: string | undefined } {
  const after = nextToken === undefined ? '' : readToken(nextToken)
  const rest = items
    .map((item) => ({ key: keyOf(item), item }))
    .filter(({ key }) => key > after)
    .sort((one, other) => (one.key < other.key ? -1 : 1))
  const page = rest.slice(0, maxResults)
  const last = page.at(-1)
  const isLastPage = last === undefined || page.length === rest.length
  return { items: page.map(({ item }) => item), nextToken: isLastPage ? undefined : writeToken(last.key) }
}

function writeToken(key: string): string {
  return Buffer.from(`after ${key}`).toString('base64')
}

function readToken(token: string): string {
  const [, key] = /^after (.+)$/.exec(Buffer.from(token, 'base64').toString()) ?? []
  if (key === undefined) throw invalidParameter('nextToken', 'Member must be a token of an earlier answer')
  return key
}
