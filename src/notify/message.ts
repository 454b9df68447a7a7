/** What a message says, in plain text: whatever would be markup for Teams is shown as it is. */
export interface Message {
  readonly status: 'success' | 'warning' | 'failure' | 'info'
  readonly title: string
  readonly text?: string
  readonly facts: readonly Fact[]
  readonly buttons: readonly Button[]
  readonly mentions: readonly Mention[]
  readonly run: SendingRun
}

export interface Fact {
  readonly name: string
  readonly value: string
}

export interface Button {
  readonly title: string
  /** An absolute address. */
  readonly url: string
}

/** A person of the tenant who is told of the card. */
export interface Mention {
  readonly name: string
  /** User principal name or Entra object id. */
  readonly id: string
}

/** The run that sends the message. A retry can double a card; the id tells. */
export interface SendingRun {
  readonly id: string
  readonly title: string
  readonly page?: string
}
