import { CircleCheck, CircleDashed, CircleMinus, CircleOff, Headset } from '@lucide/vue'
import type { Component } from 'vue'
import type { Availability } from '../../../contract/presence.rules'
import type { Tone } from '../../ui/UiChip.vue'

/** Icon and tone of each availability; the words are `presence.<availability>`. */
export const presenceLook: Record<Availability, { icon: Component; tone: Tone }> = {
  available: { icon: CircleCheck, tone: 'good' },
  busy: { icon: Headset, tone: 'accent' },
  wrapping_up: { icon: CircleDashed, tone: 'info' },
  away: { icon: CircleMinus, tone: 'warn' },
  offline: { icon: CircleOff, tone: 'neutral' },
}

/** Order in which colleagues are listed: those who can help first. */
export const presenceOrder: readonly Availability[] = ['available', 'busy', 'wrapping_up', 'away', 'offline']
