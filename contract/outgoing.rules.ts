import type { Transitions } from './transitions.rules'

export const outgoingChannels = ['email', 'sms'] as const
export type OutgoingChannel = (typeof outgoingChannels)[number]
export const outgoingStates = ['waiting', 'sent', 'failed'] as const
export type OutgoingState = (typeof outgoingStates)[number]

/** An e-mail or a text message: tried until it is taken or too old to help. */
export const outgoingTransitions: Transitions<OutgoingState, 'send' | 'fail' | 'retry'> = {
  waiting: { send: 'sent', fail: 'failed' },
  sent: {},
  failed: { retry: 'waiting' },
}

/** What text messages are for; the administrator names the gateway's template for each. */
export const smsTemplates = [
  'notification',
  'notification_bundle',
  'lookup_code',
  'ticket_update',
  'test',
] as const
export type SmsTemplate = (typeof smsTemplates)[number]
/** The parameters each template is filled with. */
export const smsTemplateParams: Record<SmsTemplate, readonly string[]> = {
  notification: ['number', 'text', 'link'],
  notification_bundle: ['count', 'numbers', 'link'],
  lookup_code: ['code', 'minutes'],
  ticket_update: ['number', 'link'],
  test: ['text'],
}

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** One event for one endpoint of another system. */
export const deliveryTransitions: Transitions<DeliveryState, 'deliver' | 'give_up' | 'resend'> = {
  waiting: { deliver: 'delivered', give_up: 'failed' },
  delivered: { resend: 'waiting' },
  failed: { resend: 'waiting' },
}

const minute = 60_000
const hour = 60 * minute

/** Waiting times between attempts, in milliseconds: about a day for messages to people. */
const messagePauses = [10_000, minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour]
/** About three days for other systems, as Standard Webhooks recommends. */
const deliveryPauses = [
  5_000,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

const pauseAfter = (pauses: readonly number[], attempts: number): number | null =>
  pauses[attempts - 1] ?? null

/** How long to wait after the `attempts`-th failure, in milliseconds; null: no more attempts. */
export const messagePauseAfter = (attempts: number): number | null => pauseAfter(messagePauses, attempts)
export const deliveryPauseAfter = (attempts: number): number | null => pauseAfter(deliveryPauses, attempts)

/** An endpoint that has failed for so long without a single success is switched off. */
export const endpointPatienceMs = 5 * 24 * hour
/** After a new secret was made, the one before goes on signing for so long. */
export const secretOverlapMs = 24 * hour
