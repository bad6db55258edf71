import { Hourglass } from '@lucide/vue'
import { defineFeature } from '../../shell/feature'
import TicketClocks from './TicketClocks.vue'

export default defineFeature({
  ticketPanels: [{ id: 'clocks', order: 20, component: TicketClocks }],
  adminNavigation: [
    {
      id: 'sla',
      icon: Hourglass,
      labelKey: 'sla.title',
      to: { name: 'admin-sla' },
      permission: 'sla.manage',
      order: 40,
    },
  ],
  adminRoutes: [
    {
      path: 'sla/:tab?',
      name: 'admin-sla',
      component: () => import('./AdminSlaPage.vue'),
      props: true,
      meta: { permission: 'sla.manage', titleKey: 'sla.title' },
    },
  ],
})
