import type { SiteView } from '../../../../../contract/people.schema'

/** What of a site can be changed here. */
export type SiteDraft = Pick<
  SiteView,
  'name' | 'departmentId' | 'origins' | 'theme' | 'hours' | 'timeZone' | 'isIdentityRequired' | 'isActive'
>

export const draftOf = (site: SiteView): SiteDraft => ({
  name: site.name,
  departmentId: site.departmentId,
  origins: site.origins,
  theme: site.theme,
  hours: site.hours,
  timeZone: site.timeZone,
  isIdentityRequired: site.isIdentityRequired,
  isActive: site.isActive,
})

export const siteTabs = ['general', 'origins', 'theme', 'hours', 'identity', 'embed'] as const
export type SiteTab = (typeof siteTabs)[number]

/** Which tab shows a field, to mark where something is unsaved or refused. */
export const tabOfField: Record<string, SiteTab> = {
  name: 'general',
  departmentId: 'general',
  isActive: 'general',
  origins: 'origins',
  theme: 'theme',
  hours: 'hours',
  timeZone: 'hours',
  isIdentityRequired: 'identity',
}
