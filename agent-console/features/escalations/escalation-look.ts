import {
  AlarmClockOff,
  BellRing,
  ChevronsUp,
  CircleCheck,
  Footprints,
  Forward,
  Landmark,
  Megaphone,
  Reply,
  RotateCcw,
  Siren,
  Star,
  TriangleAlert,
  Undo2,
  UserCheck,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { EscalationReason, EscalationStatus } from '../../../contract/escalations.rules'
import type { EscalationView } from '../../../contract/escalations.schema'
import type { Tone } from '../../ui/UiChip.vue'

export const statusTone: Record<EscalationStatus, Tone> = {
  raised: 'warn',
  acknowledged: 'info',
  referred: 'accent',
  closed: 'good',
}
export const reasonIcon: Record<EscalationReason, Component> = {
  sla_warned: TriangleAlert,
  sla_breached: AlarmClockOff,
  complaint: Megaphone,
  low_rating: Star,
  manual: Landmark,
  urged: BellRing,
}
/** How each step of the path looks. */
export const stepLooks: Record<string, { icon: Component; tone: Tone }> = {
  'escalation.raised': { icon: Siren, tone: 'bad' },
  'escalation.acknowledged': { icon: UserCheck, tone: 'good' },
  'escalation.acted': { icon: Footprints, tone: 'info' },
  'escalation.climbed': { icon: ChevronsUp, tone: 'bad' },
  'escalation.handed_over': { icon: Forward, tone: 'info' },
  'escalation.referred': { icon: Landmark, tone: 'accent' },
  'escalation.accepted': { icon: UserCheck, tone: 'good' },
  'escalation.refused': { icon: Undo2, tone: 'warn' },
  'escalation.returned': { icon: Undo2, tone: 'warn' },
  'escalation.closed': { icon: CircleCheck, tone: 'good' },
  'escalation.reopened': { icon: RotateCcw, tone: 'warn' },
  'escalation.reminded': { icon: BellRing, tone: 'warn' },
  'escalation.red_light': { icon: Siren, tone: 'bad' },
  'escalation.answer_required': { icon: Reply, tone: 'warn' },
  'ticket.urged': { icon: BellRing, tone: 'warn' },
}

/** Rounded so that it reads at a glance: minutes under two hours, hours under two days, then days. */
export function roughSpan(ms: number): { unit: 'minute' | 'hour' | 'day'; count: number } {
  const minutes = Math.max(0, Math.floor(Math.abs(ms) / 60_000))
  if (minutes < 120) return { unit: 'minute', count: minutes }
  if (minutes < 48 * 60) return { unit: 'hour', count: Math.floor(minutes / 60) }
  return { unit: 'day', count: Math.floor(minutes / 1440) }
}

/** Which promise its deadline is. */
export function dueKind(it: EscalationView): 'raised' | 'referred' | 'acknowledged' | 'settle' {
  if (it.status === 'acknowledged') return it.nextActionAt ? 'acknowledged' : 'settle'
  return it.status === 'referred' ? 'referred' : 'raised'
}

/** The used part of the time from the last touch to the deadline, 0 to 1. */
export function usedShare(it: EscalationView, now: number): number {
  if (!it.dueAt) return 1
  const [from, to] = [Date.parse(it.touchedAt), Date.parse(it.dueAt)]
  return to <= from ? 1 : Math.min(1, Math.max(0, (now - from) / (to - from)))
}
