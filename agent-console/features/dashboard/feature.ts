import { Gauge } from '@lucide/vue'
import { defineFeature } from '../../shell/feature'

const meta = { permission: 'dashboard.read', titleKey: 'dashboard.title' } as const

export default defineFeature({
  routes: [
    { path: 'dashboard', name: 'dashboard', component: () => import('./DashboardPage.vue'), meta },
    {
      path: 'dashboard/agents',
      name: 'dashboard-agents',
      component: () => import('./AgentsByStatePage.vue'),
      meta: { ...meta, titleKey: 'dashboard.agents.title' },
    },
    {
      path: 'dashboard/tickets',
      name: 'dashboard-tickets',
      component: () => import('./CountedTicketsPage.vue'),
      meta: { ...meta, titleKey: 'dashboard.list.title' },
    },
  ],
  bareRoutes: [
    {
      path: '/wall',
      name: 'wall',
      component: () => import('./wall/WallPage.vue'),
      meta: { ...meta, titleKey: 'dashboard.wall.title' },
    },
  ],
  navigation: [
    {
      id: 'dashboard',
      icon: Gauge,
      labelKey: 'dashboard.title',
      to: { name: 'dashboard' },
      permission: 'dashboard.read',
      order: 60,
    },
  ],
})
