import { defineFeature } from '../../shell/feature'
import ExportDialog from './ExportDialog.vue'

export default defineFeature({
  overlays: [ExportDialog],
  routes: [
    {
      path: 'tickets/exchange/:tab?',
      name: 'ticket-exchange',
      component: () => import('./ExchangePage.vue'),
      props: true,
      meta: { permission: 'tickets.export', titleKey: 'exchange.title' },
    },
    {
      path: 'tickets/imports/:importId',
      name: 'ticket-import',
      component: () => import('./ImportPage.vue'),
      props: true,
      meta: { permission: 'tickets.manage', titleKey: 'exchange.imports.one' },
    },
  ],
})
