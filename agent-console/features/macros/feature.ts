import { MessageSquareQuote } from '@lucide/vue'
import { defineFeature } from '../../shell/feature'
import MacroRunner from './MacroRunner.vue'

export default defineFeature({
  overlays: [MacroRunner],
  routes: [
    {
      path: 'macros',
      name: 'macros',
      component: () => import('./MacrosPage.vue'),
      meta: { permission: 'tickets.work', titleKey: 'macros.title' },
    },
  ],
  adminNavigation: [
    {
      id: 'macros',
      icon: MessageSquareQuote,
      labelKey: 'macros.title',
      to: { name: 'admin-macros' },
      permission: 'tickets.manage',
      order: 45,
    },
  ],
  adminRoutes: [
    {
      path: 'macros',
      name: 'admin-macros',
      component: () => import('./MacrosPage.vue'),
      meta: { permission: 'tickets.manage', titleKey: 'macros.title' },
    },
  ],
})
