import { Plug } from '@lucide/vue'
import { defineFeature } from '../../shell/feature'

export default defineFeature({
  adminNavigation: [
    {
      id: 'integrations',
      icon: Plug,
      labelKey: 'integrations.title',
      to: { name: 'admin-integrations' },
      permission: 'integrations.manage',
      order: 60,
    },
  ],
  adminRoutes: [
    {
      path: 'integrations/:tab?',
      name: 'admin-integrations',
      component: () => import('./IntegrationsPage.vue'),
      props: true,
      meta: { permission: 'integrations.manage', titleKey: 'integrations.title' },
    },
  ],
})
