/** Made when the test runs, so that no scanner finds one in this file. */
export function random(
  length: number,
  alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789',
): string {
  let seed = 12_345;
  return Array.from({ length }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return alphabet[(seed >>> 8) % alphabet.length];
  }).join('');
}

/** A credential of each kind that is known. */
export const planted: Readonly<Record<string, string>> = {
  github_token: `ghp_${random(36)}`,
  github_fine_grained_token: `github_pat_${random(22)}_${random(59)}`,
  aws_access_key: `AKIA${random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
  slack_token: `xoxb-${random(12, '0123456789')}-${random(24)}`,
  stripe_key: `sk_live_${random(24)}`,
  google_api_key: `AIza${random(35)}`,
  npm_token: `npm_${random(36)}`,
  model_api_key: `sk-proj-${random(48)}`,
  private_key: `${'-'.repeat(5)}BEGIN RSA PRIVATE KEY-----\\n${random(64)}`,
  gitlab_token: `glpat-${random(19)}7`,
  slack_webhook: `https://hooks.slack.com/services/T${random(8)}/B${random(8)}/${random(24)}`,
  pypi_token: `pypi-AgE${random(80)}`,
  sendgrid_key: `SG.${random(22)}.${random(43)}`,
  model_hub_token: `hf_${random(34)}`,
  json_web_token: `eyJ${random(20)}.eyJ${random(40)}.${random(43)}`,
  url_password: `postgres://app:${random(12)}@db.invalid/app`,
  assigned_secret: `api_key = "${random(32)}"`,
};
