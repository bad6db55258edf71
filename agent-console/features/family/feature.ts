import { defineFeature } from '../../shell/feature'
import FamilyCard from './FamilyCard.vue'

export default defineFeature({ ticketPanels: [{ id: 'family', order: 70, component: FamilyCard }] })
