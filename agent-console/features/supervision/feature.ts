import { defineFeature } from '../../shell/feature'

export default defineFeature({
  routes: [
    {
      path: 'running',
      name: 'running',
      component: () => import('./RunningPage.vue'),
      meta: { permission: 'consultations.watch', titleKey: 'supervision.title' },
    },
  ],
})
