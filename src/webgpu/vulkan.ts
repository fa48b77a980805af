/**
 * @file Whether Linux has a Vulkan driver at all: the quick and quiet answer for those who did not ask for a GPU. Dawn takes 20 ms to say the
 * same, and complains on stderr.
 */

/** Where the Vulkan loader looks for the manifests of drivers (Khronos, "Architecture of the Vulkan Loader Interfaces: Driver Discovery"). */
const FOLDERS = [
  '/etc/vulkan/icd.d',
  '/etc/xdg/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
] as const;

/** Any of these names drivers itself. */
const VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'] as const;

/** False where it is not known: on other systems and in browsers. */
export function lacksVulkanDriver(): boolean {
  const here = globalThis.process;
  if (here?.platform !== 'linux') return false;
  if (VARIABLES.some((name) => here.env[name])) return false;
  const { existsSync } = here.getBuiltinModule('node:fs');
  return ![...FOLDERS, ...ownFolders(here.env)].some((folder) => existsSync(folder));
}

/** Those of the user, and of systems that keep their files elsewhere. */
function ownFolders(env: NodeJS.ProcessEnv): string[] {
  const data = [...(env.XDG_DATA_DIRS ?? '').split(':'), env.XDG_DATA_HOME, `${env.HOME}/.local/share`];
  const settings = [
    ...(env.XDG_CONFIG_DIRS ?? '').split(':'),
    env.XDG_CONFIG_HOME,
    `${env.HOME}/.config`,
    env.SYSCONFDIR,
  ];
  return [...data, ...settings].filter(Boolean).map((folder) => `${folder}/vulkan/icd.d`);
}
