import type { Catalogue } from '../hub/catalogueTypes';
import type { HubSettings } from '../hub/hubSettings';
import type { Hub } from '../hub/hubTypes';

/** The Hub as it is set now. */
export interface HubAccess {
  readonly hub: Hub;
  readonly settings: HubSettings;
  readonly catalogue: Catalogue;
}
