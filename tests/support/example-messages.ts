import type { Message } from '../../src/notify/message.ts'

const run = {
  id: 'Platform/1482',
  title: 'net10-aspnet 20261126.3',
  page: 'https://dev.azure.com/shop/Platform/_build/results?buildId=1482',
}

/** A card of every status, as pipelines send them. */
export const examples: Readonly<Record<'success' | 'warning' | 'failure' | 'info', Message>> = {
  success: {
    status: 'success',
    title: 'Platform image platform/aspnet has a new version',
    text: '10.0-noble-1.4.0 is in Amazon ECR, ready to build on.',
    facts: [
      { name: 'Image Name', value: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/platform/aspnet' },
      { name: 'Version Tag', value: '10.0-noble-1.4.0' },
      { name: 'Creation Time', value: '2026-11-26 04:02:17 UTC' },
      { name: 'Digest', value: 'sha256:2cfaee3764d5' },
      {
        name: 'Reason',
        value:
          'The base mcr.microsoft.com/dotnet/aspnet:10.0-noble moved sha256:50971f2eab32 -> sha256:9ce2de7b1e85 (was 10.0.13, is 10.0.14).',
      },
      { name: 'Base', value: 'mcr.microsoft.com/dotnet/aspnet:10.0-noble' },
      { name: '.NET', value: '10.0.13 → 10.0.14' },
    ],
    buttons: [
      {
        title: 'Repository in AWS',
        url: 'https://console.aws.amazon.com/ecr/repositories/private/123456789012/platform/aspnet?region=eu-west-1',
      },
    ],
    mentions: [],
    run,
  },
  warning: {
    status: 'warning',
    title: 'latest of platform/aspnet was rolled back',
    facts: [{ name: 'Release Line', value: '10.0-noble' }],
    buttons: [],
    mentions: [{ name: 'Adele Vance', id: 'adele@shop.example' }],
    run,
  },
  failure: {
    status: 'failure',
    title: 'The update of platform image platform/aspnet failed',
    text: "The run's log says which step failed, how far it came, and what to do.",
    facts: [
      { name: 'Image Name', value: 'platform/aspnet' },
      { name: 'Release Line', value: '10.0-noble' },
    ],
    buttons: [],
    mentions: [
      { name: 'Adele Vance', id: 'adele@shop.example' },
      { name: 'Grady Archie', id: '9a1f3c52-0c1c-4a6e-8f3e-2b7d5c9e1a04' },
    ],
    run,
  },
  info: {
    status: 'info',
    title: 'feature/my_branch is deployed to <test>',
    facts: [],
    buttons: [{ title: 'Open it', url: 'https://test.shop.example/' }],
    mentions: [],
    run: { id: run.id, title: run.title },
  },
}
