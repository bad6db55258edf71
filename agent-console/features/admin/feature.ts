import { Building2, ClipboardList, Globe, ScrollText, UsersRound } from '@lucide/vue'
import { defineFeature } from '../../shell/feature'

export default defineFeature({
  adminNavigation: [
    {
      id: 'accounts',
      icon: UsersRound,
      labelKey: 'admin.accounts.title',
      to: { name: 'admin-accounts' },
      permission: 'agents.manage',
      order: 10,
    },
    {
      id: 'departments',
      icon: Building2,
      labelKey: 'admin.departments.title',
      to: { name: 'admin-departments' },
      permission: 'departments.manage',
      order: 20,
    },
    {
      id: 'sites',
      icon: Globe,
      labelKey: 'admin.sites.title',
      to: { name: 'admin-sites' },
      permission: 'sites.manage',
      order: 30,
    },
    {
      id: 'service-items',
      icon: ClipboardList,
      labelKey: 'admin.items.title',
      to: { name: 'admin-service-items' },
      permission: 'sites.manage',
      order: 35,
    },
    {
      id: 'audit',
      icon: ScrollText,
      labelKey: 'admin.audit.title',
      to: { name: 'admin-audit' },
      permission: 'audit.read',
      order: 90,
    },
  ],
  adminRoutes: [
    {
      path: 'accounts',
      name: 'admin-accounts',
      component: () => import('./pages/accounts/AccountsPage.vue'),
      meta: { permission: 'agents.manage', titleKey: 'admin.accounts.title' },
    },
    {
      path: 'departments',
      name: 'admin-departments',
      component: () => import('./pages/departments/DepartmentsPage.vue'),
      meta: { permission: 'departments.manage', titleKey: 'admin.departments.title' },
    },
    {
      path: 'sites',
      meta: { permission: 'sites.manage', titleKey: 'admin.sites.title' },
      children: [
        { path: '', name: 'admin-sites', component: () => import('./pages/sites/SitesPage.vue') },
        {
          path: ':siteId/:tab?',
          name: 'admin-site',
          component: () => import('./pages/sites/SitePage.vue'),
          props: true,
        },
      ],
    },
    {
      path: 'service-items',
      name: 'admin-service-items',
      component: () => import('./pages/items/ServiceItemsPage.vue'),
      meta: { permission: 'sites.manage', titleKey: 'admin.items.title' },
    },
    {
      path: 'audit',
      name: 'admin-audit',
      component: () => import('./pages/audit/AuditPage.vue'),
      meta: { permission: 'audit.read', titleKey: 'admin.audit.title' },
    },
  ],
})
