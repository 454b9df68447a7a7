/** What a platform team wants to count as a reason; everything else follows from the images. */
export interface Policy {
  /** `pushDate` compares instants of pushes, for networks that allow only Microsoft's tag catalogue. */
  readonly compareBy: 'digest' | 'pushDate'
  readonly rebuildOnContextChange: boolean
  /** Days after which a release is rebuilt for package updates without a base move; undefined: never. */
  readonly maxAgeDays?: number
  /** What to do where a release's origin cannot be established. */
  readonly whenUnverifiable: 'rebuild' | 'keep' | 'fail'
  /** What to do where `latest` was rolled back to an older release of the line. */
  readonly whenTagsBehind: 'warn' | 'repair' | 'ignore'
}
