import { defineFeature } from '../../shell/feature'
import FollowCard from './FollowCard.vue'

export default defineFeature({
  ticketPanels: [{ id: 'follow', order: 65, component: FollowCard, permission: 'tickets.work' }],
})
