import { defineFeature } from '../../shell/feature'

export default defineFeature({
  routes: [
    {
      path: 'account',
      name: 'account',
      component: () => import('./AccountPage.vue'),
      meta: { titleKey: 'account.title' },
    },
  ],
})
