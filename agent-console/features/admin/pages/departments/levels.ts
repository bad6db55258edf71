import type { DepartmentView } from '../../../../../contract/people.schema'

export type DepartmentLevel = DepartmentView['level']

/** Each level with the one usually below it. */
const below: Record<DepartmentLevel, DepartmentLevel> = {
  province: 'city',
  city: 'county',
  county: 'town',
  town: 'village',
  village: 'office',
  office: 'office',
}
export const levels = Object.keys(below) as DepartmentLevel[]
export const levelBelow = (level: DepartmentLevel | undefined): DepartmentLevel =>
  level ? below[level] : 'city'
