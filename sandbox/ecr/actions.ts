/** Of an operation whose action in IAM has another name. */
const otherNames: Readonly<Record<string, string>> = { ListImageReferrers: 'BatchGetImage' }

/** What a request of the registry protocol is to IAM. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const gateActions: readonly (readonly [request: RegExp, action: string])[] = [
  [/^(GET|HEAD) \/v2\/.+\/manifests\//, 'BatchGetImage'],
  [/^PUT \/v2\/.+\/manifests\//, 'PutImage'],
  [/^POST \/v2\/.+\/blobs\/uploads/, 'InitiateLayerUpload'],
  [/^PATCH \/v2\/.+\/blobs\/uploads\//, 'UploadLayerPart'],
  [/^PUT \/v2\/.+\/blobs\/uploads\//, 'CompleteLayerUpload'],
  [/^HEAD \/v2\/.+\/blobs\//, 'BatchCheckLayerAvailability'],
  [/^GET \/v2\/.+\/blobs\//, 'GetDownloadUrlForLayer'],
  [/^GET \/v2\/.+\/tags\/list/, 'ListImages'],
]

/**
 * The action in IAM that allows a request, `ecr:PutImage`; undefined for one that everybody may make who has a token.
 * The request is named as the local ECR records it: `PutImage`, or `PUT /v2/platform/aspnet/manifests/latest`.
 */
export function actionOf(operation: string): string | undefined {
  const name = operation.includes(' ')
    ? gateActions.find(([request]) => request.test(operation))?.[1]
    : (otherNames[operation] ?? operation)
  return name === undefined || name === 'unknown' ? undefined : `ecr:${name}`
}
