import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { ImagesController } from './images.controller.js';
import { ImagesStore } from './images.store.js';
import { ReadImages } from './read-images.service.js';
import { SignImage } from './sign-image.service.js';
import { VerifyImage } from './verify-image.service.js';

/** Signatures over the names of images' contents. */
@Module({
  imports: [KeysModule],
  controllers: [ImagesController],
  providers: [ImagesStore, ReadImages, SignImage, VerifyImage],
})
export class ImagesModule {}
