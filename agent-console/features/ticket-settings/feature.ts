import { Settings2 } from '@lucide/vue'
import { defineFeature } from '../../shell/feature'
import StatusWords from './StatusWords.vue'

export default defineFeature({
  overlays: [StatusWords],
  adminNavigation: [
    {
      id: 'ticket-settings',
      icon: Settings2,
      labelKey: 'ticketSettings.title',
      to: { name: 'admin-ticket-settings' },
      permission: 'tickets.manage',
      order: 46,
    },
  ],
  adminRoutes: [
    {
      path: 'ticket-settings/:tab?',
      name: 'admin-ticket-settings',
      component: () => import('./TicketSettingsPage.vue'),
      props: true,
      meta: { permission: 'tickets.manage', titleKey: 'ticketSettings.title' },
    },
  ],
})
