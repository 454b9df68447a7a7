import type { Note } from './decision.ts'
import type { Support, SupportPolicy } from './judge-support.ts'

/** What is worth saying about the end of support. */
export function adviseOnSupport(support: Support | undefined, policy: SupportPolicy): Note[] {
  if (support === undefined || policy.whenOutOfSupport === 'ignore') return []
  const text = describe(support, policy)
  return text === undefined ? [] : [{ level: 'warning', text }]
}

function describe(support: Support, { warningDays }: SupportPolicy): string | undefined {
  switch (support.kind) {
    case 'supported': {
      const { dotnet, lastDay, daysLeft } = support
      if (daysLeft > warningDays) return undefined
      const left = daysLeft === 0 ? 'today' : `in ${String(daysLeft)} ${daysLeft === 1 ? 'day' : 'days'}`
      return `Support of .NET ${dotnet} ends on ${lastDay}, ${left}. After that its images get no fixes. Move to a newer version.`
    }
    case 'ended':
      return `Support of .NET ${support.dotnet} ended on ${support.lastDay}. Its images get no fixes any more, so an image can be up to date and still be unsafe. Move to a newer version.`
    case 'unknown':
      return `It is not known how long .NET ${support.dotnet} is supported. Give its date in a file, with the input "supportDates".`
  }
}
