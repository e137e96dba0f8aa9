#!/bin/sh
# Downloads CIFAR-10's binary version (Krizhevsky 2009) and unpacks it to DIR/cifar-10-batches-bin.
# An archive that already lies in DIR is used instead of the network.
#
#     download.sh [DIR]        DIR defaults to data
set -eu

name=cifar-10-binary.tar.gz
url=https://www.cs.toronto.edu/~kriz/$name
md5=c32a1d4ab5d03f1284b67883e8d87530
sha256=c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd
folder=cifar-10-batches-bin

dir=${1:-data}
say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# checksum ALGORITHM FILE prints the checksum by whichever tool there is, nothing if there is none.
checksum() {
	if have "$1sum"; then "$1sum" <"$2" | cut -d ' ' -f 1
	elif have openssl; then openssl "$1" <"$2" | sed 's/.* //'
	elif [ "$1" = sha256 ] && have shasum; then shasum -a 256 <"$2" | cut -d ' ' -f 1
	elif [ "$1" = md5 ] && have md5; then md5 -q <"$2"
	fi
}

# verify FILE REMEDY refuses an archive that isn't the official one.
verify() {
	got_md5=$(checksum md5 "$1") got_sha256=$(checksum sha256 "$1")
	[ -n "$got_md5$got_sha256" ] || die "No tool can check $1: install sha256sum, shasum or openssl."
	[ "${got_sha256:-$sha256}" = "$sha256" ] ||
		die "$1 is not the official archive: SHA-256 $got_sha256, expected $sha256. $2"
	[ "${got_md5:-$md5}" = "$md5" ] ||
		die "$1 is not the official archive: MD5 $got_md5, expected $md5. $2"
}

# fetch FILE downloads the archive, with a progress bar on a terminal.
fetch() {
	if have curl; then
		if [ -t 2 ]; then bar=-#; else bar=-s; fi
		curl -fSL "$bar" --connect-timeout 20 --speed-limit 1000 --speed-time 60 -o "$1" "$url"
	elif have wget; then
		if [ -t 2 ]; then wget -T 60 -t 3 -O "$1" "$url"; else wget -q -T 60 -t 3 -O "$1" "$url"; fi
	else
		say "Neither curl nor wget is installed."
		return 1
	fi
}

done_message() { say "CIFAR-10 is in $dir/$folder: run with EOSS_DATA_DIR=$dir/$folder"; }

if [ -d "$dir/$folder" ]; then
	done_message
	exit 0
fi

mkdir -p "$dir"
part=$(mktemp -d "$dir/.download.XXXXXX")
trap 'rm -rf "$part"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

archive=$dir/$name
remedy="Remove it and run this again."
if [ ! -f "$archive" ]; then
	remedy="The download was cut off or altered: run this again."
	archive=$part/$name
	fetch "$archive" || die "Could not download $url. Without a network, put that archive at $dir/$name and run this again,
or its files at $dir/$folder/data_batch_1.bin …, or point EOSS_DATA_DIR at a $folder folder elsewhere."
fi
verify "$archive" "$remedy"
tar -xzf "$archive" -C "$part"
[ -d "$part/$folder" ] || die "$archive holds no folder $folder."
sync # what the folder's name promises is on the disk before the name is
[ -d "$dir/$folder" ] || mv "$part/$folder" "$dir/$folder" # a second download may have been faster
done_message
