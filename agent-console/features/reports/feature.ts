import { defineFeature } from '../../shell/feature'

export default defineFeature({
  routes: [
    {
      path: 'reports',
      name: 'reports',
      component: () => import('./ReportsPage.vue'),
      meta: { permission: 'dashboard.read', titleKey: 'reports.title' },
    },
  ],
})
