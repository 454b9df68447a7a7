import type { Refusal } from './image-store.ts'

/** Whether the same push may succeed in a moment; engines also stumble where two push under one name at once. */
export function mayPass(refusal: Refusal): boolean {
  return ['layer-missing', 'busy', 'registry-fault', 'connection-cut', 'unknown'].includes(refusal)
}

/** What to do about a push that failed, in one sentence. */
export function explainRefusal(refusal: Refusal): string {
  switch (refusal) {
    case 'unauthorized':
      return "ECR did not take its own token, also not a new one: check the agent's clock and what stands between engine and ECR."
    case 'forbidden':
      return 'A push needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage on the repository.'
    case 'quota':
      return 'Remove old images by a lifecycle policy, or ask AWS for a higher quota.'
    case 'tag-frozen':
      return 'Run the check again for the next version.'
    case 'no-repository':
      return 'Create the repository, or set the input "createRepository" to true.'
    case 'layer-missing':
      return 'ECR lacks a layer that was just sent: run again, which sends what is missing.'
    case 'busy':
      return 'ECR has too many requests from this account and region at once: run again later.'
    case 'registry-fault':
      return 'ECR has a fault of its own: run again later.'
    case 'unreachable':
      return "The engine does not reach ECR: check the engine's network and its own proxy settings, then run again."
    case 'connection-cut':
      return 'Run again: layers that arrived are not sent a second time.'
    case 'disk-full':
      return "Free some space on the disk of the agent's engine, then run again."
    case 'unknown':
      return 'Run again, or see what the engine logs.'
  }
}
