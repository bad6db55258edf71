import { Siren } from '@lucide/vue'
import { computed } from 'vue'
import { defineFeature } from '../../shell/feature'
import { useEscalationsStore } from './escalations.store'
import TicketEscalations from './TicketEscalations.vue'

const mine = computed(() => useEscalationsStore().count)

export default defineFeature({
  routes: [
    {
      path: 'escalations',
      name: 'escalations',
      component: () => import('./TrackerPage.vue'),
      meta: { permission: 'tickets.read', titleKey: 'escalations.title' },
    },
    {
      path: 'escalations/report',
      name: 'escalation-report',
      component: () => import('./ReportPage.vue'),
      meta: { permission: 'dashboard.read', titleKey: 'escalations.report' },
    },
    {
      path: 'escalations/:matterId(esc_[0-9A-Za-z]+)',
      name: 'escalation',
      component: () => import('./MatterPage.vue'),
      props: true,
      meta: { permission: 'tickets.read', titleKey: 'escalations.one' },
    },
  ],
  navigation: [
    {
      id: 'escalations',
      icon: Siren,
      labelKey: 'escalations.title',
      to: { name: 'escalations' },
      permission: 'tickets.read',
      order: 25,
      badge: mine,
    },
  ],
  ticketPanels: [{ id: 'escalations', order: 30, component: TicketEscalations }],
  setup: () => useEscalationsStore().open(),
})
