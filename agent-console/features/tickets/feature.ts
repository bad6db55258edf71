import { Ticket } from '@lucide/vue'
import { defineFeature } from '../../shell/feature'
import OpenTicketDialog from './OpenTicketDialog.vue'
import TicketSearch from './TicketSearch.vue'

export default defineFeature({
  overlays: [OpenTicketDialog, TicketSearch],
  routes: [
    {
      path: 'tickets',
      name: 'tickets',
      component: () => import('./TicketsPage.vue'),
      meta: { permission: 'tickets.read', titleKey: 'tickets.title' },
    },
    {
      path: 'tickets/:ticketId',
      name: 'ticket',
      component: () => import('./TicketPage.vue'),
      props: true,
      meta: { permission: 'tickets.read', titleKey: 'tickets.one' },
    },
  ],
  navigation: [
    {
      id: 'tickets',
      icon: Ticket,
      labelKey: 'tickets.title',
      to: { name: 'tickets' },
      permission: 'tickets.read',
      order: 20,
    },
  ],
})
