import * as v from 'valibot'
import type { Policy } from './identities.ts'

const oneOrMore = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
])
const document = v.object({
  Version: v.literal('2012-10-17'),
  Statement: v.array(
    v.strictObject({
      Sid: v.optional(v.string()),
      Effect: v.picklist(['Allow', 'Deny']),
      Action: oneOrMore,
      Resource: oneOrMore,
    }),
  ),
})

/**
 * Reads policies of IAM that allow or deny actions on resources; what else a policy can say is an error.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicies(...documents: readonly string[]): Policy {
  return documents
    .flatMap((json) => v.parse(document, JSON.parse(json)).Statement)
    .map(({ Effect: effect, Action: actions, Resource: resources }) => ({ effect, actions, resources }))
}
