import type { Transitions } from './transitions.rules'

export const escalationStatuses = ['raised', 'acknowledged', 'referred', 'closed'] as const
export type EscalationStatus = (typeof escalationStatuses)[number]

export const escalationReasons = [
  'sla_warned',
  'sla_breached',
  'complaint',
  'low_rating',
  'manual',
  'urged',
] as const
export type EscalationReason = (typeof escalationReasons)[number]

/** 1 the owner of the ticket, 2 the team lead, 3 the head of the department, 4 the city's supervisor. */
export const highestLevel = 4

export type EscalationCommand =
  | 'acknowledge'
  | 'act'
  | 'climb'
  | 'hand_over'
  | 'refer'
  | 'accept'
  | 'refuse'
  | 'return'
  | 'close'

/**
 * `referred` waits for the answer of whom it was put to; refusing or taking it back returns it to the one
 * who referred it. It closes only with a result.
 */
export const escalationTransitions: Transitions<EscalationStatus, EscalationCommand> = {
  raised: { acknowledge: 'acknowledged', climb: 'raised', hand_over: 'raised', refer: 'referred' },
  acknowledged: {
    act: 'acknowledged',
    climb: 'raised',
    hand_over: 'raised',
    refer: 'referred',
    return: 'raised',
    close: 'closed',
  },
  referred: { accept: 'acknowledged', refuse: 'acknowledged', climb: 'raised', return: 'acknowledged' },
  closed: {},
}

/** How the matter ended. */
export const escalationOutcomes = [
  'settled',
  'explained',
  'not_settleable',
  'withdrawn',
  'duplicate',
] as const
export type EscalationOutcome = (typeof escalationOutcomes)[number]

/** Why it had come to that. */
export const escalationCauses = [
  'slow_handling',
  'wrong_information',
  'attitude',
  'rules_unclear',
  'other_department',
  'system_fault',
  'citizen_side',
  'other',
] as const
export type EscalationCause = (typeof escalationCauses)[number]

/** A flagged matter that nobody touched for so long turns the red light on. */
export const redLightMinutes = 20
