import type { Value, VersionValue } from './values.ts'
import { CastError, kindOf, toBoolean, toNumber, toText, tryNumber, tryText, tryVersion } from './values.ts'

/** Casts the right value to the kind of the left one; values that cannot be cast are not equal. Text ignores case. */
export function areEqual(left: Value, right: Value): boolean {
  switch (kindOf(left)) {
    case 'Null':
      return right === undefined || right === ''
    case 'Boolean':
      return left === toBoolean(right)
    case 'Number':
      return left === tryNumber(right)
    case 'String':
      return foldCase(toText(left)) === foldCase(tryText(right))
    case 'Version':
      return versionsAreEqual(tryVersion(left), tryVersion(right))
    case 'Array':
    case 'Object':
      return left === right
  }
}

/** Negative, zero or positive, as for sorting; a right value that cannot be cast to the kind of the left one is an error. */
export function compare(left: Value, right: Value): number {
  if (typeof left === 'boolean') return Number(left) - Number(toBoolean(right))
  if (typeof left === 'string') return compareText(foldCase(left), foldCase(toText(right)))
  const version = typeof left === 'object' && left.kind === 'version' ? left : undefined
  if (version === undefined) return toNumber(left) - toNumber(right)

  const other = tryVersion(right)
  if (other === undefined) throw new CastError(right, 'Version')
  return compareVersions(version, other)
}

function foldCase(text: string): string
function foldCase(text: string | undefined): string | undefined
function foldCase(text: string | undefined): string | undefined {
  return text?.toUpperCase()
}

function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

function versionsAreEqual(left: VersionValue | undefined, right: VersionValue | undefined): boolean {
  return left !== undefined && right !== undefined && compareVersions(left, right) === 0
}

/** A missing part is less than 0, as in .NET: 1.2 < 1.2.0. */
function compareVersions(left: VersionValue, right: VersionValue): number {
  for (let part = 0; part < 4; part++) {
    const difference = (left.parts[part] ?? -1) - (right.parts[part] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}
