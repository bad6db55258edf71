import { type Component, computed, shallowReactive } from 'vue'
import type { Permission } from '../../../contract/permissions.rules'

/**
 * A card on the ticket page, found through `ticketPanels` of a feature. The component takes no props: it asks
 * `useTicketPage()` for the ticket. Where it has nothing to say it renders nothing.
 */
export interface TicketPanel {
  id: string
  /** Cards of the page itself: state 10, clocks 20, escalation 30, properties 40, fields 50, contact 60, links 70. */
  order: number
  component: Component
  permission?: Permission
}

const panels = shallowReactive(new Map<string, TicketPanel>())

export function registerTicketPanel(panel: TicketPanel): void {
  panels.set(panel.id, panel)
}

export const ticketPanels = computed(() => [...panels.values()].sort((a, b) => a.order - b.order))
