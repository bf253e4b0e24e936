#!/usr/bin/env bash
# A MediaWiki of its own: the Debian package with SQLite, on PHP's built-in server.
#
#   mediawiki-up.sh FOLDER PORT
#
# Accounts: Publisher may do all that publishing needs, Person is a reader who edits. Both log in with a bot password.
# Faults: while FOLDER/readonly holds a text, every write answers `readonly`; while FOLDER/slow exists, Publisher may edit once in two
# seconds, and what is more answers `ratelimited`.
. "$(dirname "$0")/common.sh"
url="http://127.0.0.1:$port"
password=0123456789abcdef0123456789abcdef
code=/usr/share/mediawiki

say() {
  printf '{"api":"%s/api.php","publisher":"Publisher@hindsite","person":"Person@hindsite","password":"%s","folder":"%s"}\n' \
    "$url" "$password" "$dir"
}
answers() { curl -fsS -m 5 -o /dev/null "$url/api.php?action=query&meta=siteinfo&format=json" 2>/dev/null; }

if running && answers; then say; exit 0; fi
need mediawiki php-cli php-sqlite3 php-gd librsvg2-bin curl

script() { MW_CONFIG_FILE="$dir/config/LocalSettings.php" php "$code/maintenance/$1.php" "${@:2}" >>"$dir/install.log" 2>&1 || die "$1: $(tail -3 "$dir/install.log")"; }

if [ ! -e "$dir/ready" ]; then
  rm -rf "$dir/config" "$dir/data" "$dir/files"
  mkdir -p "$dir/config" "$dir/data" "$dir/files"
  script install --dbtype sqlite --dbpath "$dir/data" --dbname wiki --confpath "$dir/config" --server "$url" --scriptpath '' \
    --lang en --skins Vector --pass 'a-long-word-for-the-admin' 'A wiki for tests' Admin
  cat >>"$dir/config/LocalSettings.php" <<PHP

\$wgEnableUploads = true;
\$wgUploadDirectory = '$dir/files';
\$wgUploadPath = '/files';
\$wgFileExtensions = [ 'png', 'svg', 'jpg', 'gif' ];
\$wgSVGConverter = 'rsvg';
\$wgUseImageMagick = false;
\$wgReadOnlyFile = '$dir/readonly';
\$wgJobRunRate = 2;
\$wgNamespacesWithSubpages[NS_MAIN] = true;
if ( file_exists( '$dir/slow' ) ) {
	\$wgRateLimits['edit'] = [ 'user' => [ 1, 2 ], 'newbie' => [ 1, 2 ] ];
	\$wgGroupPermissions['bot']['noratelimit'] = false;
	\$wgGroupPermissions['sysop']['noratelimit'] = false;
}
PHP
  script createAndPromote --bot --sysop Publisher 'a-long-word-for-the-publisher'
  script createAndPromote Person 'a-long-word-for-the-person'
  for user in Publisher Person; do
    script createBotPassword --appid hindsite \
      --grants basic,highvolume,editpage,createeditmovepage,uploadfile,uploadeditmovefile,delete "$user" "$password"
  done
  cat >"$dir/router.php" <<'PHP'
<?php
// Files as they are; all else is one of MediaWiki's own entry points.
$path = urldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
if ( preg_match( '#^/files/((?!.*\.\.).+)$#', $path, $found ) && is_file( __DIR__ . "/files/$found[1]" ) ) {
	$file = __DIR__ . "/files/$found[1]";
	header( 'Content-Type: ' . ( str_ends_with( $file, '.svg' ) ? 'image/svg+xml' : mime_content_type( $file ) ) );
	readfile( $file );
	return true;
}
if ( $path === '/' ) {
	header( 'Location: /index.php' );
	return true;
}
if ( preg_match( '#^/(api|index|load)\.php#', $path, $found ) ) {
	$_SERVER['SCRIPT_NAME'] = "/$found[1].php";
	$_SERVER['SCRIPT_FILENAME'] = "$_SERVER[DOCUMENT_ROOT]/$found[1].php";
	chdir( $_SERVER['DOCUMENT_ROOT'] );
	require $_SERVER['SCRIPT_FILENAME'];
	return true;
}
return false;
PHP
  touch "$dir/ready"
fi
MW_CONFIG_FILE="$dir/config/LocalSettings.php" PHP_CLI_SERVER_WORKERS=4 serve php -d memory_limit=256M -d upload_max_filesize=32M \
  -d post_max_size=40M -d opcache.enable_cli=1 -S "127.0.0.1:$port" -t "$code" "$dir/router.php"
wait_until answers
say
